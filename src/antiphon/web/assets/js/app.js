// The listening side: navigation that keeps the music on, the player, the waveform.
import "./navigate.js";
