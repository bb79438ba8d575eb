import Linux

/// Runs a shell script and returns what it printed.
@discardableResult
func shell(_ script: String) throws -> String {
  let result = try ChildProcess.run(["/bin/bash", "-euc", script], timeout: .seconds(60))
  guard result.status == .exited(0) else {
    throw ShellError(text: String(decoding: result.errorOutput, as: UTF8.self))
  }
  return String(decoding: result.output, as: UTF8.self)
}

struct ShellError: Error { var text: String }

/// The errno a call fails with, 0 when it doesn't.
func failure(_ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return 0
  } catch let error as SyscallError {
    return error.errno
  } catch {
    return -1
  }
}
