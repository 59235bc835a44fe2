import Glibc

/// Standard output and standard error, written in whole buffers.
enum Console {
    enum Stream {
        case output, error

        var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
    }

    static func error(_ message: String) { write("garrison: \(message)\n", to: .error) }

    /// A line of progress or explanation; kept off standard output, which is for data.
    static func note(_ message: String) { write(message + "\n", to: .error) }

    static func print(_ text: String) { write(text + "\n", to: .output) }

    static func write(_ text: String, to stream: Stream) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), to: stream) }
    }

    static func write(_ bytes: [UInt8], to stream: Stream) {
        bytes.withUnsafeBytes { write($0, to: stream) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to stream: Stream) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(stream.descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return writeFailed(stream, errno)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// A reader that has seen enough is no failure; a full disk is, and what was to be said is lost.
    private static func writeFailed(_ stream: Stream, _ code: Int32) {
        guard stream == .output, code != EPIPE else { return }
        error("cannot write to standard output: \(String(cString: strerror(code))).")
        exit(1)
    }

    static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.descriptor) == 1 }
}
