import Domain
import FoundationEssentials

/// A host that was found in a network or a list, of which little is known.
public struct FoundHost: Sendable, Hashable {
    /// What stays of it: its MAC address where there is one.
    public var id: String
    public var hostname: String?
    public var domain: String?
    public var mac: String?
    public var addresses: [String]
    public var os: OperatingSystem?
    /// Who made its network card, as the list says.
    public var vendor: String?
    public var lastSeen: Date?
    /// Whether it is a computer's account in a directory.
    public var isAccount = false

    init(
        hostname: String? = nil, mac: String?, addresses: [String], os: OperatingSystem? = nil, vendor: String? = nil,
        lastSeen: Date? = nil
    ) {
        // `printer.example.test` is a host name and a domain; an address is neither.
        let labels = hostname.map { $0.split(separator: ".", maxSplits: 1).map(String.init) } ?? []
        self.hostname = labels.first
        domain = labels.count > 1 ? labels[1].lowercased() : nil
        self.mac = mac
        self.addresses = addresses
        self.os = os
        self.vendor = vendor
        self.lastSeen = lastSeen
        id = mac.map { "mac:\($0)" } ?? "address:\(addresses.first ?? hostname ?? "")"
    }

    /// As a report of a source: an endpoint without coverage, until a source of its own reports it.
    public func report(tag: String) -> DeviceReport {
        var report = DeviceReport(
            sourceID: id, hostname: hostname ?? addresses.first ?? id, domain: domain,
            os: os ?? OperatingSystem(type: "unknown", id: "unknown", name: "Unknown", version: ""),
            manufacturer: vendor, macAddresses: mac.map { [$0] } ?? [], addresses: addresses, tags: [tag],
            lastSeen: lastSeen)
        if isAccount { report.product = DeviceReport.directoryProduct }
        return report
    }
}
