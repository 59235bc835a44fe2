import Domain

/// The packages of an SPDX 2.2 or 2.3 JSON document; their package URLs are external references.
struct SPDX {
    private let version: String
    private let limits: DocumentLimits
    private let field: DocumentField

    init(version: String, limits: DocumentLimits) {
        self.version = version
        self.limits = limits
        field = DocumentField(limits)
    }

    func read(_ cursor: inout JSONCursor) throws(DocumentError) -> SoftwareBill {
        var bill = SoftwareBillBuilder(format: version, limits: limits)
        var documented: Set<String> = []
        var packages: [SPDXPackage] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "name": bill.name = try field.identifier(&cursor)
            case "documentNamespace": bill.serial = try field.identifier(&cursor)
            case "documentDescribes":
                documented.formUnion(
                    try field.list(&cursor, limit: limits.packages, of: "described elements", field.identifier))
            case "packages":
                packages = try field.list(&cursor, limit: limits.packages, of: "packages", package)
            case "relationships": try relationships(&cursor, documented: &documented)
            default: try cursor.skip()
            }
        }
        for package in packages { try add(package, isRoot: documented.contains(package.id), to: &bill) }
        return bill.finish()
    }

    private func package(_ cursor: inout JSONCursor) throws(DocumentError) -> SPDXPackage {
        var package = SPDXPackage()
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "SPDXID": package.id = try cursor.string()
            case "name": package.name = try cursor.string()
            case "versionInfo": package.version = try cursor.string()
            case "sourceInfo": package.sourceInfo = try cursor.string()
            case "primaryPackagePurpose": package.purpose = try cursor.string()
            case "externalRefs": package.purl = try purl(&cursor)
            default: try cursor.skip()
            }
        }
        return package
    }

    /// The locator of the first reference of type `purl`.
    private func purl(_ cursor: inout JSONCursor) throws(DocumentError) -> String? {
        var purl: String?
        try cursor.array { cursor, _ throws(DocumentError) in
            var type = ""
            var locator = ""
            try cursor.object { cursor, key throws(DocumentError) in
                switch key {
                case "referenceType": type = try cursor.string()
                case "referenceLocator": locator = try cursor.string()
                default: try cursor.skip()
                }
            }
            if type == "purl" || type.hasSuffix("/purl") { purl = purl ?? locator }
        }
        return purl
    }

    /// What the document describes as a whole is named by a relationship of the document.
    private func relationships(
        _ cursor: inout JSONCursor, documented: inout Set<String>
    ) throws(DocumentError) {
        try cursor.array { cursor, _ throws(DocumentError) in
            var fields: [String: String] = [:]
            try cursor.object { cursor, key throws(DocumentError) in
                let isWanted = ["spdxElementId", "relationshipType", "relatedSpdxElement"].contains(key)
                if isWanted { fields[key] = try cursor.string() } else { try cursor.skip() }
            }
            guard fields["relationshipType"] == "DESCRIBES", let described = fields["relatedSpdxElement"] else {
                return
            }
            documented.insert(described)
        }
    }

    private func add(
        _ package: SPDXPackage, isRoot: Bool, to bill: inout SoftwareBillBuilder
    ) throws(DocumentError) {
        if package.isOperatingSystem {
            bill.namedSystem =
                bill.namedSystem ?? Distribution.operatingSystem(name: package.name, version: package.version ?? "")
        } else if let purl = package.purl {
            try bill.add(purl: purl, name: package.name, version: package.version, source: package.source)
        } else if !isRoot, !package.isContainer {
            bill.addUnidentified(name: package.name, version: package.version, reason: "has no package URL")
        }
    }
}

/// One SPDX package.
struct SPDXPackage {
    var id = ""
    var name = ""
    var version: String?
    var sourceInfo: String?
    var purpose: String?
    var purl: String?

    /// SPDX 2.3 has the purpose; Trivy's 2.2 documents only the id.
    var isOperatingSystem: Bool {
        purpose == "OPERATING-SYSTEM" || purpose == "OPERATING_SYSTEM" || id.hasPrefix("SPDXRef-OperatingSystem")
    }

    var isContainer: Bool { purpose == "CONTAINER" || id.hasPrefix("SPDXRef-ContainerImage") }

    /// Trivy's sentence `built package from: NAME VERSION`.
    var source: (name: String, version: String?)? {
        let prefix = "built package from: "
        guard let sourceInfo, sourceInfo.hasPrefix(prefix) else { return nil }
        let words = sourceInfo.dropFirst(prefix.count).split(separator: " ", maxSplits: 1).map(String.init)
        guard let name = words.first else { return nil }
        return (name, words.count == 2 ? words[1] : nil)
    }
}
