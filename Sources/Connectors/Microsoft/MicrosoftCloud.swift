import Domain

/// Microsoft's clouds and where their interfaces are. Each address can be entered instead.
enum MicrosoftCloud: String, Sendable, CaseIterable {
    case global, gcc
    case gccHigh = "gcc_high"
    case dod, china

    /// Gives out tokens.
    var authority: String {
        switch self {
        case .global, .gcc: "https://login.microsoftonline.com"
        case .gccHigh, .dod: "https://login.microsoftonline.us"
        case .china: "https://login.partner.microsoftonline.cn"
        }
    }

    /// Defender for Endpoint; nil where Microsoft names none.
    var defender: String? {
        switch self {
        case .global: "https://api.security.microsoft.com"
        case .gcc: "https://api-gcc.securitycenter.microsoft.us"
        case .gccHigh, .dod: "https://api-gov.securitycenter.microsoft.us"
        case .china: nil
        }
    }

    /// Microsoft Graph, where Intune is.
    var graph: String {
        switch self {
        case .global, .gcc: "https://graph.microsoft.com"
        case .gccHigh: "https://graph.microsoft.us"
        case .dod: "https://dod-graph.microsoft.us"
        case .china: "https://microsoftgraph.chinacloudapi.cn"
        }
    }

    /// What a token for Defender is asked for: a resource that kept its name when the interface moved.
    var defenderScope: String {
        switch self {
        case .global, .china: "https://api.securitycenter.microsoft.com/.default"
        case .gcc: "https://api-gcc.securitycenter.microsoft.us/.default"
        case .gccHigh, .dod: "https://api-gov.securitycenter.microsoft.us/.default"
        }
    }

    var graphScope: String { "\(graph)/.default" }

    /// Where further pages may lie beside the addresses above: Defender answers from one of its regions.
    var links: [String] {
        switch self {
        case .global:
            ["https://api.securitycenter.microsoft.com"]
                + ["us", "eu", "uk", "au", "swa", "ina", "aea"].map { "https://\($0).api.security.microsoft.com" }
        case .gcc, .gccHigh, .dod, .china: []
        }
    }

    /// Ends of the names of hosts that keep what scripts have put out, at addresses that are good for a while.
    var storage: [String] {
        switch self {
        case .global, .gcc: [".blob.core.windows.net"]
        case .gccHigh, .dod: [".blob.core.usgovcloudapi.net"]
        case .china: [".blob.core.chinacloudapi.cn"]
        }
    }
}
