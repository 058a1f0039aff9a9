"""The file manifests/watch.toml: read and checked (read), where things stand in it (places), and edited (edit)."""
