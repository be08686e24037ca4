// Listening to the microphone for some seconds: what comes, how loud it is, and at the end a WAV file of it.

export const LONGEST_S = 10;
const RATE_HZ = 22_050;
const TICK_MS = 100;
const SILENCE = 1e-4;

/** Why a microphone could not be had: `refused`, `none`, `insecure`. */
export class NoMicrophone extends Error {}

/**
 * @typedef {object} Hearing
 * @property {() => void} stop
 * @property {Promise<Blob>} done what was heard, as a WAV file; rejects with `silent` or `broken`
 */

/**
 * Begin to listen. `tick` is told ten times a second how loud it is, 0 to 1, and how many seconds are left.
 * @param {(level: number, left: number) => void} tick
 * @returns {Promise<Hearing>}
 */
export async function listen(tick) {
  const stream = await microphone();
  const context = new AudioContext();
  const ear = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(ear);
  const recorder = new MediaRecorder(stream);
  /** @type {Blob[]} */
  const pieces = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  recorder.start();
  const began = performance.now();
  const samples = new Float32Array(ear.fftSize);
  const clock = setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    const left = LONGEST_S - (performance.now() - began) / 1000;
    tick(loudness(samples), Math.max(0, left));
    if (left <= 0) stop();
  }, TICK_MS);
  const done = ended.then(async () => {
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    try {
      return await toWav(new Blob(pieces, { type: recorder.mimeType }), context);
    } finally {
      await context.close();
    }
  });
  return { stop, done };
}

async function microphone() {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) throw new NoMicrophone("insecure");
  try {
    // As it is: what makes a voice clearer takes music away.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new NoMicrophone(name === "NotFoundError" || name === "NotReadableError" ? "none" : "refused");
  }
}

/** @param {Float32Array} samples how loud, from 0 at -60 dB to 1 at full scale */
function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, 1 + db / 60));
}

/** @param {Blob} recorded @param {AudioContext} context */
async function toWav(recorded, context) {
  let heard;
  try {
    heard = await context.decodeAudioData(await recorded.arrayBuffer());
  } catch {
    throw new Error("broken");
  }
  const slower = new OfflineAudioContext(1, Math.max(1, Math.ceil(heard.duration * RATE_HZ)), RATE_HZ);
  const source = slower.createBufferSource();
  source.buffer = heard;
  source.connect(slower.destination);
  source.start();
  const samples = (await slower.startRendering()).getChannelData(0);
  if (!samples.some((sample) => Math.abs(sample) > SILENCE)) throw new Error("silent");
  return new Blob([wavOf(samples)], { type: "audio/wav" });
}

/** @param {Float32Array} samples one channel, written as 16 bits */
function wavOf(samples) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const word = (/** @type {number} */ at, /** @type {string} */ text) =>
    [...text].forEach((letter, place) => bytes.setUint8(at + place, letter.charCodeAt(0)));
  word(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE_HZ, true);
  bytes.setUint32(28, 2 * RATE_HZ, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  for (const [at, sample] of samples.entries()) {
    bytes.setInt16(44 + 2 * at, Math.round(32767 * Math.min(1, Math.max(-1, sample))), true);
  }
  return bytes.buffer;
}
