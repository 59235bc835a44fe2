import Domain

/// The parts of a CycloneDX JSON document (ECMA-424) that name software: `metadata.component` and
/// `components`, nested to any depth.
struct CycloneDX {
    private let version: String
    private let limits: DocumentLimits
    private let field: DocumentField

    init(version: String, limits: DocumentLimits) {
        self.version = version
        self.limits = limits
        field = DocumentField(limits)
    }

    func read(_ cursor: inout JSONCursor) throws(DocumentError) -> SoftwareBill {
        var bill = SoftwareBillBuilder(format: "CycloneDX \(version)", limits: limits)
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "serialNumber": bill.serial = try field.identifier(&cursor)
            case "metadata": try metadata(&cursor, into: &bill)
            case "components": try components(&cursor, into: &bill)
            default: try cursor.skip()
            }
        }
        return bill.finish()
    }

    private func metadata(_ cursor: inout JSONCursor, into bill: inout SoftwareBillBuilder) throws(DocumentError) {
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            guard key == "component" else { return try cursor.skip() }
            let root = try component(&cursor, into: &bill)
            bill.name = root.name
            // The described thing itself is a package only when it says so; else it is the container,
            // host or project that holds the components.
            if root.isOperatingSystem { bill.namedSystem = root.system }
            if root.purl != nil { try add(root, to: &bill) }
        }
    }

    private func components(_ cursor: inout JSONCursor, into bill: inout SoftwareBillBuilder) throws(DocumentError) {
        try cursor.array { cursor, _ throws(DocumentError) in
            let component = try component(&cursor, into: &bill)
            if component.isOperatingSystem {
                bill.namedSystem = bill.namedSystem ?? component.system
            } else if !component.isPlainFile {
                try add(component, to: &bill)
            }
        }
    }

    /// Reads one component; those nested in it are added as they come.
    private func component(
        _ cursor: inout JSONCursor, into bill: inout SoftwareBillBuilder
    ) throws(DocumentError) -> CycloneDXComponent {
        var component = CycloneDXComponent()
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "type": component.type = try field.identifier(&cursor)
            case "name": component.name = try cursor.string()
            case "version": component.version = try cursor.string()
            case "purl": component.purl = try cursor.string()
            case "properties": component.properties = try properties(&cursor)
            case "components": try components(&cursor, into: &bill)
            default: try cursor.skip()
            }
        }
        return component
    }

    private func properties(_ cursor: inout JSONCursor) throws(DocumentError) -> [String: String] {
        var properties: [String: String] = [:]
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limits.listEntries else { throw .tooMany("properties", limit: limits.listEntries) }
            var name: String?
            var value: String?
            try cursor.object { cursor, key throws(DocumentError) in
                guard try !cursor.takeNull() else { return }
                switch key {
                case "name": name = try cursor.string()
                case "value" where name.map(CycloneDXComponent.isUsed) != false: value = try cursor.string()
                default: try cursor.skip()
                }
            }
            if let name, let value, CycloneDXComponent.isUsed(name) { properties[name] = value }
        }
        return properties
    }

    private func add(
        _ component: CycloneDXComponent, to bill: inout SoftwareBillBuilder
    ) throws(DocumentError) {
        guard let purl = component.purl, !purl.isEmpty else {
            return bill.addUnidentified(name: component.name, version: component.version, reason: "has no package URL")
        }
        try bill.add(purl: purl, name: component.name, version: component.version, source: component.source)
    }
}
