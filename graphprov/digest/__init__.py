"""Content digests of files, directories and Python objects: what makes a version the same thing on two laptops.

| content | digest | of |
| --- | --- | --- |
| a file | `sha256:...` | its bytes |
| a directory | `sha256-dir:...` | names, types and contents below it (`graphprov.digest.files`) |
| an object | `sha256-object:...` | its value, by a rule per type (`graphprov.digest.objects`) |

Why SHA-256, when BLAKE3 is faster: a digest is also a key that tools share. Package indexes, container registries,
model hubs, object stores and `sha256sum` say SHA-256, so what they know joins with what graphprov knows without reading
a byte again. Processors have instructions for it, which `hashlib` uses, it comes with Python, and a cache saves the
second reading. The three schemes are apart, so that a file that holds a directory's listing is never taken for the
directory.
"""

from graphprov.digest.content import ContentDigest, FileChanged
from graphprov.digest.files import digest_path, digest_paths
from graphprov.digest.objects import digest_object

__all__ = ["ContentDigest", "FileChanged", "digest_object", "digest_path", "digest_paths"]
