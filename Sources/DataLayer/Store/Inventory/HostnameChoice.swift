import Domain

/// The name an endpoint is stored under. Hostnames are unique in a tenant, machines' names are
/// not: of two machines with one name the later takes its FQDN, or a short id behind the name.
package enum HostnameChoice {
    /// The first of the candidates that no other device has.
    package static func name(for inventory: Inventory, isTaken: (String) -> Bool) -> String {
        let candidates = candidates(for: inventory)
        return candidates.first { !isTaken($0) } ?? candidates[candidates.count - 1]
    }

    /// In the order of preference; the last one holds the whole device id.
    package static func candidates(for inventory: Inventory) -> [String] {
        candidates(inventory.hostname, fqdn: inventory.fqdn, deviceID: inventory.deviceID)
    }

    static func candidates(_ name: String, fqdn: String?, deviceID: String) -> [String] {
        let digest = stableDigest(of: deviceID)
        let short = stride(from: 4, to: digest.count, by: 4).map { "\(name)-\(digest.prefix($0))" }
        let fqdn = fqdn.flatMap { $0.isEmpty || $0 == name ? nil : $0 }
        return [name] + (fqdn.map { [$0] } ?? []) + short + ["\(name)-\(deviceID)"]
    }

    /// 16 hexadecimal digits of FNV-1a: the same for a device in every import.
    private static func stableDigest(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
