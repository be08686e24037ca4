"""What goes in and out as JSON, under the field names of SoundCloud's public API where there are any."""
