import Domain

/// One remedy of a vulnerability: the update that fixes it in some products.
struct MSRCRemediation {
    private var type: Int64 = -1
    private var text = ""
    private(set) var link: String?
    private(set) var subType = ""
    private var build = ""
    private var restart = ""
    private var supersedence = ""
    private(set) var products: [String] = []

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "Type": type = Int64(try reader.stringOrNumber()) ?? -1
        case "Description": text = try MSRCText.value(reader)
        case "URL": link = try reader.stringOrSkip()
        case "SubType": subType = try reader.stringOrSkip() ?? ""
        case "FixedBuild": build = try reader.stringOrSkip() ?? ""
        case "RestartRequired": restart = try MSRCText.value(reader)
        case "Supercedence": supersedence = try reader.stringOrSkip() ?? ""
        case "ProductID": products = try MSRCText.strings(reader)
        default: break
        }
    }

    /// The vendor's fix; the other types are workarounds and remarks.
    var isFix: Bool { type == 2 && !products.isEmpty }

    /// Packages of Microsoft's Linux distributions, whose own advisories tell more.
    var isLinuxPackage: Bool {
        subType.hasPrefix("CBL-Mariner") || subType.hasPrefix("Azure Linux") || text.contains("Mariner")
    }

    /// It updates what installs updates.
    var isServicingStack: Bool { subType == "Servicing Stack Update" }

    var update: String? { MSRCText.updates(text).first }
    var supersedes: [String] { MSRCText.updates(supersedence).filter { $0 != update } }
    var needsRestart: Bool { restart == "Yes" || restart == "Maybe" }

    /// One version, of numbers and dots; texts such as `3.0.6920.8954; 2.0.50727.8970` tell no single one.
    var fixedBuild: String? {
        let parts = build.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...5).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 9 && $0.utf8.allSatisfy(JSONByte.isDigit) })
        else { return nil }
        return build
    }
}
