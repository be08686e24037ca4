"""As whom this room asks the gate, and for what. The only place that names it."""

SYSTEM = "antiphon/identify"  # its entry in the public register of systems
PURPOSE = "identify"
ENGINE = "identify"
ENGINE_MODULE = "antiphon.identification.engines.ear"
RATE_HZ = 11_025
METHOD = "1"  # raised when the method changes so much that everything has to be heard again
ARTEFACT = "fingerprint"
READS = (
    "the sound of a recording, decoded to one channel at 11,025 samples a second; it keeps the places of up to 64 "
    "spectral peaks a second, compares them with those of the other recordings here, and uses them for nothing else"
)
HOLDS = 0.001  # the probability that a match is chance, up to which it holds an upload back without a person
