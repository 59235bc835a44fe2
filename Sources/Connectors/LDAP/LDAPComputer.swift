import Domain
import FoundationEssentials
import Inventories

/// A machine's entry in a directory.
package enum LDAPComputer {
    /// What is asked for.
    static let attributes = [
        "objectGUID", "entryUUID", "cn", "sAMAccountName", "dNSHostName", "operatingSystem", "operatingSystemVersion",
        "userAccountControl", "lastLogonTimestamp", "whenCreated", "whenChanged", "createTimestamp", "modifyTimestamp",
        "macAddress", "ipHostNumber", "serialNumber",
    ]

    /// Bits of userAccountControl.
    private static let disabled: Int64 = 0x2
    private static let domainController: Int64 = 0x2000

    /// The directory's id of the entry: one that renaming and moving leave as it is, where there is such.
    package static func id(_ entry: LDAPEntry) throws(FieldRefusal) -> String {
        if let guid = try guid(entry) { return guid }
        let uuid = try entry.text("entryuuid")
        return (uuid ?? entry.dn).lowercased()
    }

    /// Nil for one that is switched off.
    package static func report(_ entry: LDAPEntry) throws(FieldRefusal) -> DeviceReport? {
        let control = try entry.number("useraccountcontrol") ?? 0
        guard control & disabled == 0 else { return nil }
        let account = try entry.text("samaccountname").map { $0.hasSuffix("$") ? String($0.dropLast()) : $0 }
        let (dns, common) = (try entry.text("dnshostname"), try entry.text("cn"))
        guard let name = dns ?? account ?? common, !name.isEmpty else {
            throw FieldRefusal(field: "dNSHostName", reason: "is missing")
        }
        let (made, created) = (try entry.time("whencreated"), try entry.time("createtimestamp"))
        let (host, domain) = MicrosoftFields.name(name)
        let mac = try entry.text("macaddress").flatMap { MACAddress.canonical($0) }
        let address = try entry.text("iphostnumber").flatMap { IPAddress.canonical($0) }
        let system = DirectorySystem.of(
            name: try entry.text("operatingsystem"), version: try entry.text("operatingsystemversion"))
        var report = DeviceReport(
            sourceID: try id(entry), hostname: host, domain: domain ?? Self.domain(of: entry.dn),
            os: system ?? OperatingSystem(type: "unknown", id: "unknown", name: "Unknown", version: ""),
            kind: control & domainController != 0 ? "domain_controller" : kind(system),
            serialNumber: try entry.text("serialnumber"), macAddresses: mac.map { [$0] } ?? [],
            addresses: address.map { [$0] } ?? [],
            firstSeen: made ?? created,
            lastSeen: try entry.fileTime("lastlogontimestamp"), modified: try modified(entry))
        report.product = DeviceReport.directoryProduct
        // A machine that is joined to both has this GUID as its device id in Entra.
        report.directoryID = try guid(entry)
        return report
    }

    package static func modified(_ entry: LDAPEntry) throws(FieldRefusal) -> Date? {
        let (changed, modified) = (try entry.time("whenchanged"), try entry.time("modifytimestamp"))
        return changed ?? modified
    }

    /// Its first three fields are little-endian.
    private static func guid(_ entry: LDAPEntry) throws(FieldRefusal) -> String? {
        guard let bytes = entry.bytes("objectguid") else { return nil }
        guard bytes.count == 16 else { throw FieldRefusal(field: "objectGUID", reason: "must have 16 bytes") }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        let digits = order.map { String(bytes[$0] >> 4, radix: 16) + String(bytes[$0] & 15, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }

    private static func kind(_ system: OperatingSystem?) -> String? {
        guard let system, system.type == "windows" else { return nil }
        return system.name.lowercased().contains("server") ? "server" : "workstation"
    }

    /// `corp.example.test` of `CN=PC1,CN=Computers,DC=corp,DC=example,DC=test`.
    private static func domain(of dn: String) -> String? {
        let labels = dn.split(separator: ",").compactMap { part -> String? in
            let part = part.drop { $0 == " " }
            return part.lowercased().hasPrefix("dc=") ? part.dropFirst(3).lowercased() : nil
        }
        return labels.isEmpty ? nil : labels.joined(separator: ".")
    }
}
