/// How EDRs and device management write what is installed: where the rows stand, and what the columns are called.
enum SoftwareListShape: CaseIterable {
    /// A list of objects, or an object a line: Defender's files for export, and lists that people make.
    case plain
    /// Microsoft Defender: `/api/machines/SoftwareInventoryByMachine`.
    case defender
    /// CrowdStrike Falcon Discover: `/discover/entities/applications/v1`.
    case falcon
    /// SentinelOne: `/agents/applications`, `/application-management/inventory`.
    case sentinelOne
    /// Microsoft Intune: a managed device with its `detectedApps`.
    case intune

    /// The key of the list; empty for the document itself.
    var rows: String {
        switch self {
        case .plain: ""
        case .defender: "value"
        case .falcon: "resources"
        case .sentinelOne: "data"
        case .intune: "detectedApps"
        }
    }

    /// Columns with the product's name, best first.
    var names: [String] { ["softwareName", "productName", "applicationName", "displayName", "name"] }

    /// Columns with its maker's name.
    var makers: [String] {
        ["softwareVendor", "productVendor", "applicationVendor", "vendor", "publisher", "manufacturer", "name_vendor"]
    }

    static let versions = ["softwareVersion", "productVersion", "applicationVersion", "version"]
}
