import Glibc

/// Calls `body` with each line of a file, or of standard input for `-`, without its line break.
/// Lines may be of any length; bytes that are not UTF-8 are replaced.
/// - Throws: `CommandError.unreadable`, and whatever `body` throws.
func forEachLine(of path: String, _ body: (Substring) throws -> Void) throws {
    let bytes = try contents(of: path)
    var start = bytes.startIndex
    while start < bytes.endIndex {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        try body(Substring(String(decoding: line, as: UTF8.self)))
        start = end + 1
    }
}

/// The whole of a file, or of standard input for `-`.
/// - Throws: `CommandError.unreadable`.
func contents(of path: String) throws(CommandError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}
