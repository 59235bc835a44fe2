import Domain

/// An identifier that stays with the machine over reboots and renames.
enum DeviceIdentifier {
    /// The machine id, else the firmware's UUID, else D-Bus's id, else hostname and first MAC.
    static func find(
        _ root: ExaminedRoot, hostname: String, network: Network, notes: inout [CollectionNote]
    ) -> String {
        if let id = machineID(root, "etc/machine-id") { return id }
        if root.isLive, let uuid = productUUID(root) { return "dmi:\(uuid)" }
        if let id = machineID(root, "var/lib/dbus/machine-id") { return id }
        let physical = network.interfaces.filter { !$0.isVirtual }.compactMap(\.mac).min()
        let fallback = "hostname:\(hostname)" + (physical.map { "+\($0)" } ?? "")
        notes.append(
            CollectionNote(
                item: "machine_id",
                reason: "/etc/machine-id holds no machine id; the host is recognised by \(fallback), "
                    + "and will look like another one when that changes."))
        return fallback
    }

    /// machine-id(5): 32 hexadecimal digits; an image that has not booted yet may hold `uninitialized`.
    private static func machineID(_ root: ExaminedRoot, _ path: String) -> String? {
        guard let line = root.line(path)?.lowercased(), line.count == 32, line.allSatisfy(\.isHexDigit),
            Set(line).count > 1
        else { return nil }
        return line
    }

    /// SMBIOS system UUID, readable by root only. Values that boards ship with by the thousand are no
    /// identity.
    private static func productUUID(_ root: ExaminedRoot) -> String? {
        guard let uuid = root.line("sys/class/dmi/id/product_uuid")?.lowercased(), uuid.count == 36,
            uuid.allSatisfy({ $0.isHexDigit || $0 == "-" }), Set(uuid).count > 2,
            uuid != "03000200-0400-0500-0006-000700080009"
        else { return nil }
        return uuid
    }
}
