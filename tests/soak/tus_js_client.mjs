// Uploads one file with tus-js-client: node tus_js_client.mjs <assets folder> <endpoint> <key> <file>
import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const [assets, endpoint, key, path] = process.argv.slice(2);
const tus = createRequire(`${assets}/package.json`)("tus-js-client");
let retries = 0;
const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  uploadSize: statSync(path).size,
  headers: { Authorization: `Bearer ${key}` },
  metadata: { filename: basename(path), attested: "yes" },
  retryDelays: Array(400).fill(300),
  onShouldRetry: () => ++retries > 0,
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(`${retries} retries`);
    process.exit(0);
  },
});
upload.start();
