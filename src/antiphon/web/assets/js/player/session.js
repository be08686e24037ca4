// What the system shows on its lock screen, and what media keys do.

/** @typedef {import("./element.js").Player} Player */

let listening = false;

/** @param {Player} player */
export function showSession(player) {
  const { mediaSession: session } = navigator;
  const { current } = player.queue;
  if (!session || !current) return;
  if (!listening) {
    listening = true;
    listen(session, player);
  }
  const { metadata } = session;
  if (metadata?.title !== current.title || metadata?.artist !== current.artists) {
    session.metadata = new MediaMetadata({
      title: current.title,
      artist: current.artists,
      artwork: current.artwork ? [{ src: new URL(current.artwork, location.href).href }] : [],
    });
  }
  session.playbackState = player.playing ? "playing" : "paused";
  const { duration, time } = player;
  if (duration > 0) session.setPositionState?.({ duration, position: Math.min(time, duration), playbackRate: 1 });
}

/**
 * @param {MediaSession} session
 * @param {Player} player
 */
function listen(session, player) {
  /** @type {[MediaSessionAction, MediaSessionActionHandler][]} */
  const acts = [
    ["play", () => player.play()],
    ["pause", () => player.pause()],
    ["stop", () => player.pause()],
    ["previoustrack", () => player.previous()],
    ["nexttrack", () => player.next()],
    ["seekbackward", ({ seekOffset }) => player.skip(-(seekOffset ?? 10))],
    ["seekforward", ({ seekOffset }) => player.skip(seekOffset ?? 10)],
    ["seekto", ({ seekTime }) => player.seek(seekTime ?? 0)],
  ];
  for (const [name, act] of acts) {
    try {
      session.setActionHandler(name, act);
    } catch {
      // A browser that does not know this action throws; the others still work.
    }
  }
}
