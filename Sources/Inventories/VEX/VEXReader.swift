import Domain
import FoundationEssentials

/// Reads VEX documents: OpenVEX and CSAF 2.0 (profile VEX), told apart by content.
public enum VEXReader {
    public static func statements(
        _ bytes: [UInt8], limits: DocumentLimits = .standard
    ) throws(DocumentError) -> [VEXStatement] {
        try document(bytes, limits: limits).statements
    }

    /// The statements with what their document says of itself.
    public static func document(
        _ bytes: [UInt8], limits: DocumentLimits = .standard
    ) throws(DocumentError) -> VEXDocument {
        guard bytes.count <= limits.documentBytes else { throw .tooLarge(limit: limits.documentBytes) }
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) -> VEXDocument in
                var cursor = JSONCursor(bytes, maximumDepth: limits.depth)
                guard cursor.peek() != nil else { throw .empty }
                let shape = JSONShape(bytes)
                if shape.has("statements") { return try OpenVEX(limits).read(&cursor) }
                if shape.has("document", "vulnerabilities") || shape.has("document/csaf_version") {
                    return try CSAF(limits).read(&cursor)
                }
                throw .unsupported(
                    format: "This document", advice: "Give an OpenVEX document (statements) or a CSAF one (document).")
            }
        }
        return try outcome.get()
    }
}

extension VEXIdentity {
    /// What a text that names a product stands for.
    init(text: String, cpe: String? = nil) {
        self.init(id: text, cpe: cpe ?? (text.hasPrefix("cpe:") ? text : nil))
        guard text.hasPrefix("pkg:"), let url = try? PackageURL(text) else { return }
        package = url.installedPackage ?? Self.anyVersion(text)
        // `+` and blanks aside, a distribution's namespace is its name.
        if PackageURL.distributionTypes.contains(url.type), let namespace = url.namespace {
            family = Ecosystem(osv: namespace).family
        }
    }

    /// A package URL without a version speaks of all.
    private static func anyVersion(_ text: String) -> InstalledPackage? {
        let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        guard let url = try? PackageURL(text[..<end] + "@0" + text[end...]) else { return nil }
        var package = url.installedPackage
        package?.version = ""
        return package
    }
}
