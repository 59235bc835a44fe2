import Agent
import Domain
import FoundationEssentials

/// What a machine is recognised by, from its inventory and its firmware.
public enum MachineFacts {
    /// - Parameter root: where the system's files are; another place only in tests.
    public static func of(_ inventory: Inventory, version: String, root: String = "/") -> AgentFacts {
        let physical = inventory.network.interfaces.filter { !$0.isVirtual }
        return AgentFacts(
            deviceID: inventory.deviceID, hostname: inventory.hostname, fqdn: inventory.fqdn,
            hardwareUUID: firmware("product_uuid", root)?.lowercased(), serialNumber: firmware("product_serial", root),
            machineID: line("\(root)/etc/machine-id"), macAddresses: physical.compactMap(\.mac),
            addresses: physical.flatMap(\.addresses), version: version)
    }

    /// Only root may read these.
    private static func firmware(_ name: String, _ root: String) -> String? { line("\(root)/sys/class/dmi/id/\(name)") }

    private static func line(_ path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = String(text.prefix { !$0.isNewline }).filter { $0 != "\0" }
        return line.isEmpty || line.utf8.count > 200 ? nil : line
    }
}
