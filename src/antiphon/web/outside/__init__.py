"""What leaves the house: embedded players, oEmbed, feeds, cards for other sites, links to share and their codes."""
