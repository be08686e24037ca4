// How loud to play: the file is never touched, only turned up or down.

export const TARGET_LUFS = -14;
const CEILING_DBTP = -1;
const MOST_DB = 12; // a whispered recording is not blown up into noise

/**
 * The change in dB that brings a track to the common loudness without its peaks passing -1 dBTP.
 * Integrated loudness and true peak are those of ITU-R BS.1770, as measured at ingest.
 * @param {number | null | undefined} lufs
 * @param {number | null | undefined} dbtp
 */
export function changeDb(lufs, dbtp) {
  if (typeof lufs !== "number" || !Number.isFinite(lufs)) return 0;
  const wanted = TARGET_LUFS - lufs;
  if (wanted <= 0) return wanted;
  // Without a measured peak nothing is turned up.
  const room = typeof dbtp === "number" && Number.isFinite(dbtp) ? Math.max(0, CEILING_DBTP - dbtp) : 0;
  return Math.min(wanted, room, MOST_DB);
}

/**
 * What the samples are multiplied by. The slider is squared: ears hear ratios, not differences.
 * @param {{volume: number, muted: boolean, changeDb: number}} level
 */
export function factor({ volume, muted, changeDb: db }) {
  return muted ? 0 : volume * volume * 10 ** (db / 20);
}
