import Domain
import FoundationEssentials

/// What the caller knows of a host that its document does not tell.
public struct HostHints: Sendable, Hashable {
    /// The system that the packages belong to; stands over what a list says.
    public var system: OperatingSystem?
    public var hostname: String?
    /// Of Windows, where `systeminfo` does not say: `Server Core`.
    public var installationType: String?

    public init(system: OperatingSystem? = nil, hostname: String? = nil, installationType: String? = nil) {
        self.system = system
        self.hostname = hostname
        self.installationType = installationType
    }

    /// An inventory of a host whose document names neither it nor the time.
    func inventory(_ format: InventoryFormat, os: OperatingSystem?) -> Inventory {
        let unknown = OperatingSystem(type: "unknown", id: "unknown", name: "unknown", version: "")
        let name = hostname ?? format.rawValue
        return Inventory(collectedAt: Date(), deviceID: "hostname:\(name)", hostname: name, os: system ?? os ?? unknown)
    }
}
