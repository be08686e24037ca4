"""Pages about answers: the AI label, the studio's answers, holders and their invitations, Who asked, proof files."""
