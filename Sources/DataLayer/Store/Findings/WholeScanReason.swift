/// Why a tenant is scanned as a whole after a change of the intelligence, instead of following it.
public enum WholeScanReason: String, Sendable, Codable {
    /// It has not been scanned as a whole since revisions are noted, or not for a month.
    case unknownStart = "unknown_start"
    /// The import changed too much to list it.
    case everything
    /// More vulnerabilities changed than are worth following one by one.
    case manyVulnerabilities = "many_vulnerabilities"
    /// Advisories of another ecosystem were loaded, or the last of one was taken out: what a package is looked up as
    /// depends on that.
    case ecosystems
    /// Applications may be identified otherwise, and no index at hand tells how.
    case products
    /// What Windows' updates supersede changed, and there are Windows hosts.
    case patches

    /// For the log.
    public var sentence: String {
        switch self {
        case .unknownStart: "it is not known which intelligence the findings are of"
        case .everything: "an import changed too much to list it"
        case .manyVulnerabilities: "too many vulnerabilities changed"
        case .ecosystems: "other ecosystems have advisories now"
        case .products: "applications may be identified otherwise"
        case .patches: "what Windows' updates supersede changed"
        }
    }
}
