import Linux
import Testing

@Suite struct ProcessMemoryTests {
  /// Code, constants and the heap are as before, and code that is not in use is gone from memory.
  @Test func release() throws {
    let texts = (0..<1000).map { "text \($0)" }
    let before = try ProcessMemory.resident
    ProcessMemory.release()
    let after = try ProcessMemory.resident
    #expect(after < before && after > 0)
    #expect(texts.enumerated().allSatisfy { $1 == "text \($0)" })
    ProcessMemory.release()
    #expect(try Files.read("/proc/self/statm", limit: 4096).count > 10)
  }
}
