import CFuzzer
import Glibc

// Fuzz TARGET [libFuzzer's arguments…]
// Fuzz --seed-plan FILE

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "--seed-plan" {
  guard let bytes = Seeds.plan(), let file = fopen(arguments[2], "w") else { exit(1) }
  let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0
  exit(isWritten ? 0 : 1)
}
guard arguments.count >= 2, let target = Target(rawValue: arguments[1]) else {
  print("usage: Fuzz \(Target.allCases.map(\.rawValue).joined(separator: "|")) [LIBFUZZER-ARGUMENT...]")
  exit(2)
}
Target.current = target
var words = ([arguments[0]] + arguments.dropFirst(2)).map { strdup($0) } + [nil]
var count = Int32(words.count - 1)
words.withUnsafeMutableBufferPointer { buffer in
  var pointer = buffer.baseAddress
  exit(
    LLVMFuzzerRunDriver(&count, &pointer) { data, size in
      Target.current.run(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    })
}
