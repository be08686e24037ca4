"""How allauth asks us about the second step of signing in."""

from allauth.mfa.adapter import DefaultMFAAdapter


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's own, with a code that can be scanned on dark pages too."""

    def build_totp_svg(self, url: str) -> str:
        """Return the square code as SVG on white: scanners need dark on light, whatever the page looks like."""
        svg: str = super().build_totp_svg(url)
        head, mark, rest = svg.partition("<path")
        return f'{head}<rect width="100%" height="100%" fill="#fff"/>{mark}{rest}'
