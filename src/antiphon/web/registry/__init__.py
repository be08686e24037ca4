"""The registry by sound as pages: ask, wait, read the answer, keep its proof."""
