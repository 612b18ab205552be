"""Files: every picture and document that the rooms above take in, kept unchanged on disk.

Promises: what is kept is what was sent, byte for byte, under its own digest; a refused upload
leaves nothing behind; the copy that everybody may see tells neither place nor camera.
"""
