import Glibc

/// An IPv4 or IPv6 address, and who can be behind it.
public struct InternetAddress: Sendable, Hashable {
    /// Four or sixteen.
    let bytes: [UInt8]

    /// Whose machines a network is made of.
    public enum Reach: Sendable, Equatable {
        /// Anybody's.
        case open
        /// The own network's, or the own machine: RFC 1918, 6598 and 4193, loopback.
        case own
        /// Nobody's that a message is for: link-local addresses, where clouds keep their metadata, and other
        /// addresses of theirs; multicast and reserved ones.
        case barred
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil unless the text is an address as inet_pton(3) takes it.
    public init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            return
        }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
    }

    public var reach: Reach { bytes.count == 4 ? Self.reach(of: bytes[...]) : reachOfSixteen }

    private static func reach(of four: ArraySlice<UInt8>) -> Reach {
        let bytes = Array(four)
        if metadata.contains(where: { $0.bytes == bytes }) { return .barred }
        switch (bytes[0], bytes[1]) {
        case (0, _), (169, 254), (198, 18...19), (224..., _): return .barred
        case (192, 0) where bytes[2] == 0: return .barred
        case (10, _), (127, _), (172, 16...31), (192, 168), (100, 64...127): return .own
        default: return .open
        }
    }

    private var reachOfSixteen: Reach {
        if Self.metadata.contains(self) { return .barred }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? .own : .barred }
        // An IPv4 address inside one of IPv6 leads where the inner one does: mapped, compatible, NAT64, 6to4.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == bytes[11], bytes[10] == 0 || bytes[10] == 0xFF {
            return Self.reach(of: bytes[12...])
        }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) {
            return bytes[4..<12].allSatisfy { $0 == 0 } ? Self.reach(of: bytes[12...]) : .barred
        }
        if bytes.starts(with: [0x20, 0x02]) { return Self.reach(of: bytes[2..<6]) }
        switch bytes[0] {
        case 0xFC, 0xFD: return .own
        case 0xFE where bytes[1] >= 0x80: return bytes[1] >= 0xC0 ? .own : .barred
        case 0xFF: return .barred
        default: return .open
        }
    }

    /// Where clouds answer their own machines outside of link-local networks: Alibaba, Azure, AWS, Google.
    private static let metadata = ["100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"]
        .compactMap { InternetAddress($0) }
}

extension InternetAddress: CustomStringConvertible {
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "unknown" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
