import Domain
import FoundationEssentials

/// Reads software bills of materials: CycloneDX 1.2–1.7 and SPDX 2.2–2.3, both as JSON, told apart
/// by content.
public enum SBOMReader {
    public static func read(
        _ data: Data, limits: DocumentLimits = .standard
    ) throws(DocumentError) -> SoftwareBill {
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) in try read(bytes, limits: limits) }
        }
        return try result.get()
    }

    /// Reads from memory that stays valid during the call.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, limits: DocumentLimits = .standard
    ) throws(DocumentError) -> SoftwareBill {
        guard bytes.count <= limits.documentBytes else { throw .tooLarge(limit: limits.documentBytes) }
        var cursor = JSONCursor(bytes, maximumDepth: limits.depth)
        guard let first = cursor.peek() else { throw .empty }
        try refuseOtherSyntax(first, bytes)
        let kind = try format(cursor)
        let bill =
            switch kind {
            case .cycloneDX(let version): try CycloneDX(version: version, limits: limits).read(&cursor)
            case .spdx(let version): try SPDX(version: version, limits: limits).read(&cursor)
            }
        try cursor.finish()
        return bill
    }

    private enum Format {
        case cycloneDX(version: String)
        case spdx(version: String)
    }

    private static func refuseOtherSyntax(_ first: UInt8, _ bytes: UnsafeRawBufferPointer) throws(DocumentError) {
        if first == UInt8(ascii: "<") {
            throw .unsupported(
                format: "An XML document",
                advice: "Convert it to JSON, for example with cyclonedx convert --output-format json.")
        }
        if bytes.starts(with: "SPDXVersion:".utf8) {
            throw .unsupported(
                format: "The SPDX tag-value format",
                advice: "Convert it to JSON, for example with pyspdxtools -i FILE -o FILE.spdx.json.")
        }
    }

    /// Looks through the top-level keys; `cursor` is a copy, the document is then read from its start.
    private static func format(_ start: JSONCursor) throws(DocumentError) -> Format {
        var cursor = start
        var texts: [String: String] = [:]
        try cursor.object { cursor, key throws(DocumentError) in
            let isWanted = ["bomFormat", "specVersion", "spdxVersion", "@context"].contains(key)
            if isWanted, try cursor.kind() == .string {
                texts[key] = try cursor.string()
            } else {
                try cursor.skip()
            }
        }
        if let version = texts["spdxVersion"] { return try spdx(version) }
        if texts["bomFormat"] == "CycloneDX" { return try cycloneDX(texts["specVersion"] ?? "") }
        if let context = texts["@context"], context.contains("spdx") { return try spdx("SPDX-3") }
        throw .unsupported(
            format: "This JSON document",
            advice: "Give a CycloneDX document (bomFormat) or an SPDX 2.3 one (spdxVersion).")
    }

    private static func cycloneDX(_ version: String) throws(DocumentError) -> Format {
        guard ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"].contains(version) else {
            throw .unsupported(format: "CycloneDX “\(version)”", advice: "Convert it to CycloneDX 1.4, 1.5 or 1.6.")
        }
        return .cycloneDX(version: version)
    }

    private static func spdx(_ version: String) throws(DocumentError) -> Format {
        guard ["SPDX-2.2", "SPDX-2.3"].contains(version) else {
            throw .unsupported(format: "“\(version)”", advice: "Export the document as SPDX 2.3 JSON or CycloneDX.")
        }
        return .spdx(version: version)
    }
}
