"""As whom this room asks the gate, and for what. The only place that names it."""

SYSTEM = "antiphon/similar"  # its entry in the public register of systems
PURPOSE = "organize"
ENGINE = "describe"
ENGINE_MODULE = "antiphon.discovery.engines.describe"
ARTEFACT = "descriptor"
READS = "the sound of a recording, decoded to one channel at 22,050 samples a second; it keeps 85 numbers"
