"""The creator's side: uploading, describing, publishing, sets, and how a recording measures. Owns no table and no rule:
every page is a plain function that leads through a form to one verb of the catalogue or of audio."""
