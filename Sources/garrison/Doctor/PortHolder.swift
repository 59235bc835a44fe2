import FoundationEssentials
import Glibc

/// The process that listens at a TCP port, from proc(5).
struct PortHolder {
    let process: Int
    let name: String

    /// Nil when nobody does, or it is another user's process.
    static func find(port: Int) -> PortHolder? {
        let sockets = Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeners($0, port: port) })
        guard !sockets.isEmpty else { return nil }
        for entry in entries("/proc") {
            guard let process = Int(entry), holds(process, sockets) else { continue }
            let name = FileManager.default.contents(atPath: "/proc/\(entry)/comm").map {
                String(decoding: $0, as: UTF8.self).filter { !$0.isNewline }
            }
            return PortHolder(process: process, name: name ?? "a program")
        }
        return nil
    }

    /// Inodes of the sockets in state LISTEN (0A) at the port.
    private static func listeners(_ path: String, port: Int) -> [String] {
        let table = text(path)
        let wanted = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: max(0, 4 - wanted.count)) + wanted
        return table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[1].hasSuffix(suffix), fields[3] == "0A" else { return nil }
            return "socket:[\(fields[9])]"
        }
    }

    /// A file of proc(5) says that it has no bytes and gives a page at a time, so it is read until its end.
    private static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = read(descriptor, &page, page.count), count > 0 { bytes += page[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in a folder that changes meanwhile: Foundation's listing fails when an entry vanishes.
    private static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
            }
        }
        return names
    }

    private static func holds(_ process: Int, _ sockets: Set<String>) -> Bool {
        let folder = "/proc/\(process)/fd"
        return entries(folder).contains { file in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)")
            return target.map(sockets.contains) ?? false
        }
    }
}

/// A socket bound for a moment.
enum SocketProbe {
    /// 0 when a server could listen there, else bind(2)'s error.
    static func bind(host: String, port: Int) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let list else { return EADDRNOTAVAIL }
        defer { freeaddrinfo(list) }
        let descriptor = socket(list.pointee.ai_family, list.pointee.ai_socktype, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var yes: Int32 = 1
        // As servers do: connections that are just ending do not count.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Glibc.bind(descriptor, list.pointee.ai_addr, list.pointee.ai_addrlen) == 0 else { return errno }
        return 0
    }
}
