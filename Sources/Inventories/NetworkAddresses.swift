import Glibc

/// IPv4 and IPv6 addresses as text.
package enum IPAddress {
    /// The canonical form (RFC 5952 for IPv6); nil for anything but one address: no prefix length, no zone.
    package static func canonical(_ text: String) -> String? {
        var address = in6_addr()
        for family in [AF_INET, AF_INET6] where inet_pton(family, text, &address) == 1 {
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(family, &address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return nil
    }
}

/// 48-bit MAC addresses as text.
package enum MACAddress {
    /// Six pairs of lower-case hexadecimal digits with colons between; hyphens are read, too.
    package static func canonical(_ text: String) -> String? {
        let pairs = text.lowercased().split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        guard pairs.count == 6, pairs.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isHexDigit) }) else {
            return nil
        }
        return pairs.joined(separator: ":")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
