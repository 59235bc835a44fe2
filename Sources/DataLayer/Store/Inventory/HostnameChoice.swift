import Domain

/// The name an endpoint is stored under. Hostnames are unique in a tenant, machines' names are
/// not: of two machines with one name the later takes its FQDN, or a short id behind the name.
package enum HostnameChoice {
    package static func name(for inventory: Inventory, isTaken: (String) -> Bool) -> String {
        if !isTaken(inventory.hostname) { return inventory.hostname }
        if let fqdn = inventory.fqdn, fqdn != inventory.hostname, !isTaken(fqdn) { return fqdn }
        let digest = stableDigest(of: inventory.deviceID)
        var length = 4
        while length < digest.count {
            let candidate = "\(inventory.hostname)-\(digest.prefix(length))"
            if !isTaken(candidate) { return candidate }
            length += 4
        }
        return "\(inventory.hostname)-\(inventory.deviceID)"
    }

    /// 16 hexadecimal digits of FNV-1a: the same for a device in every import.
    private static func stableDigest(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
