"""Pure parts of audio: kinds of files, words of failures, waveforms, tags and the technical report."""
