// The folders of Shared that are modules of their own, so that the compiler keeps them apart: whoever
// imports Shared sees them, and so does every file of it.

@_exported import Libc
@_exported import Random
