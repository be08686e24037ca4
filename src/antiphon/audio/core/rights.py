"""What a file that leaves the house says of its rights. Filled by `declarations`, through `ports.Rights`."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class InTheFile:
    """The noes of a recording, and where the living answer stands. It holds no yes."""

    version: str  # a hash over the answer that is told; another one, and the file is stale
    label: str  # the page with the living answer
    owner_page: str
    usage_terms: str  # a sentence for people
    tdm_policy: str = ""  # empty where nothing is reserved
    content_usage: str = ""
    data_mining: str = ""  # PLUS, a whole address of its vocabulary
    assertions: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # C2PA's, entries by label

    def tags(self) -> dict[str, str]:
        """Return the words for `engines.tagwriter`."""
        return {
            "label": self.label,
            "owner_page": self.owner_page,
            "usage_terms": self.usage_terms,
            "tdm_reservation": "1" if self.tdm_policy else "",
            "tdm_policy": self.tdm_policy,
            "content_usage": self.content_usage,
            "data_mining": self.data_mining,
            # One word cannot hold a no and where it is softened: the sentence does, where the word asks for one.
            "data_mining_unless": self.usage_terms if self.data_mining.endswith("SEECONSTRAINT") else "",
        }


@dataclass(frozen=True)
class Signatory:
    """What signs files: its chain and key as PEM, and a short name that changes with it. The key is never logged."""

    name: str
    certificates: str
    private_key: str = field(repr=False)
