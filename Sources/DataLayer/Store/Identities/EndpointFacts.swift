import Domain
import FoundationEssentials

/// What an endpoint is, as its sources say. Of several that say different things
///
/// - the host's own inventory counts more than what a vendor says, unless it is a month older,
/// - of vendors the one that heard of the machine last,
/// - and what one does not say, another may.
struct EndpointFacts: Equatable {
    /// As its source names it; it is stored under a name that no other endpoint has.
    var hostname = ""
    var fqdn: String?
    var osType = ""
    var osID = ""
    var osName: String?
    var osVersion = ""
    var osBuild: String?
    var osInstallation: String?
    var address: String?
    var mac: String?
    var agentVersion: String?
    var lastSeen = Date.distantPast
    /// When its latest inventory was taken.
    var inventoryAt: Date?

    /// How much newer a vendor's word must be to count more than an inventory.
    static let inventoryRules: TimeInterval = 30 * 86_400

    /// Takes in what a vendor says.
    ///
    /// - Parameters:
    ///   - said: what its report says.
    ///   - seen: when the vendor last heard of the machine; not in the future.
    mutating func take(_ said: EndpointFacts, seen: Date) {
        let leads = inventoryAt.map { seen > $0.addingTimeInterval(Self.inventoryRules) } ?? (seen >= lastSeen)
        func choose(_ new: String?, _ old: String?) -> String? { leads ? new ?? old : old ?? new }
        func choose(_ new: String, _ old: String) -> String { leads && !new.isEmpty || old.isEmpty ? new : old }
        // Some vendors write names in capitals: that is no other name.
        if said.hostname != hostname, said.hostname.lowercased() != hostname.lowercased() {
            hostname = choose(said.hostname, hostname)
        }
        fqdn = choose(said.fqdn, fqdn)
        // The system as a whole: a version of one source's with another's build says nothing.
        if osID.isEmpty || leads && !said.osID.isEmpty && (!said.osVersion.isEmpty || said.osID != osID) {
            osType = said.osType
            osID = said.osID
            osName = said.osName
            osVersion = said.osVersion
            osBuild = said.osBuild
            osInstallation = said.osInstallation
        }
        address = choose(said.address, address)
        mac = choose(said.mac, mac)
        agentVersion = choose(said.agentVersion, agentVersion)
        lastSeen = max(lastSeen, seen)
    }

    /// Whether it is to be scanned anew: which advisories apply hangs on it.
    func hasOtherSystem(than other: EndpointFacts) -> Bool {
        osID != other.osID || osVersion != other.osVersion || osBuild != other.osBuild
            || osInstallation != other.osInstallation
    }
}

extension EndpointFacts {
    /// What a report says, without its time.
    init(_ report: DeviceReport) {
        let name = StoredText.cut(StoredText.clean(report.hostname))
        hostname = name.isEmpty ? StoredText.cut(StoredText.clean(report.sourceID)) : name
        if let domain = report.domain.map(StoredText.clean), !domain.isEmpty, domain.lowercased() != "workgroup",
            !name.contains(".")
        {
            fqdn = StoredText.cut("\(name).\(domain)").lowercased()
        }
        let os = report.os
        func text(_ value: String) -> String { StoredText.cut(StoredText.clean(value)) }
        osType = os.type.isEmpty ? "unknown" : text(os.type)
        osID = text(os.id)
        osName = text(os.prettyName ?? os.name)
        osVersion = text(os.version.isEmpty ? os.codename ?? "" : os.version)
        osBuild = os.build.map(text)
        osInstallation = os.installationType.map(text)
        address = report.addresses.lazy.compactMap(NetworkAddress.canonical).first
        mac = report.macAddresses.lazy.compactMap(NetworkAddress.mac).first
        agentVersion = report.agentVersion.map(text)
    }
}
