import Dispatch
import Glibc

/// The addresses of a name.
enum HostLookup {
    /// Looks a name up as every program of this machine does, on a thread that may wait.
    /// - Returns: empty when it has none, or they cannot be had now.
    static func addresses(of host: String) async -> [InternetAddress] {
        if let literal = InternetAddress(host) { return [literal] }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: lookUp(host)) }
        }
    }

    private static func lookUp(_ host: String) -> [InternetAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [InternetAddress] = []
        var entry = list
        while let current = entry?.pointee {
            if let address = address(current), !found.contains(address) { found.append(address) }
            entry = current.ai_next
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> InternetAddress? {
        guard let pointer = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                InternetAddress(bytes: withUnsafeBytes(of: four.pointee.sin_addr) { Array($0) })
            }
        case AF_INET6:
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { sixteen in
                InternetAddress(bytes: withUnsafeBytes(of: sixteen.pointee.sin6_addr) { Array($0) })
            }
        default: return nil
        }
    }
}
