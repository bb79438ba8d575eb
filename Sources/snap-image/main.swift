import Glibc
import Image

// The helper of programs that can't link libsquashfs (`snap` is fully static). It needs no privilege, and reads
// an image exactly as the daemon does:
//
//   snap-image read FILE PATH… [--limit BYTES]     one path: its content; several: each with a line before it
//   snap-image list FILE DIRECTORY                 one entry a line: mode, size, name
//   snap-image info FILE                           compression, size, bytes used, date
//   snap-image pack DIR [TARGET]                   what `snap pack` runs; see PackRequest
//
// With several paths each content comes after a line "<bytes> <path>", a missing path is a line "- <path>".
// Exit code 1 is a file or content that can't be read, 64 a wrong call.

if CommandLine.arguments.dropFirst().first == "pack" {
  do {
    exit(try PackRequest(CommandLine.arguments.dropFirst(2)).run())
  } catch {
    complain("error: \(error)")
    exit(64)
  }
}

let command: ImageCommand
do {
  command = try ImageCommand(Array(CommandLine.arguments.dropFirst()))
} catch {
  complain("error: \(error)")
  exit(64)
}
do {
  try command.run()
} catch {
  complain("error: \(error)")
  exit(1)
}
