import Glibc

/// Addresses as PostgreSQL's `inet` and `macaddr` take them.
package enum NetworkAddress {
    /// An IPv4 or IPv6 address without a zone (`%eth0`); nil for anything else.
    package static func canonical(_ text: String) -> String? {
        let address = String(text.prefix { $0 != "%" })
        var storage = in6_addr()
        let isAddress = inet_pton(AF_INET, address, &storage) == 1 || inet_pton(AF_INET6, address, &storage) == 1
        return isAddress ? address : nil
    }

    /// Six octets in hexadecimal, between colons or hyphens; nil for anything else, an EUI-64 too.
    package static func mac(_ text: String) -> String? {
        let octets = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        guard octets.count == 6 else { return nil }
        for octet in octets where octet.utf8.count != 2 || UInt8(octet, radix: 16) == nil { return nil }
        return octets.joined(separator: ":")
    }
}
