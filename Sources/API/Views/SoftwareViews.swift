import Domain
import FoundationEssentials
import Store

/// An installed package: an element of `GET /api/endpoints/{id}/software`.
struct SoftwareView: JSONContent {
    let software: InstalledSoftware

    init(_ software: InstalledSoftware) { self.software = software }

    /// Tells packages of one machine apart and orders them by name.
    var key: String {
        [
            software.name, software.version, software.architecture ?? "", software.source ?? "", software.type,
            software.vendor ?? "",
        ].joined(separator: "\t")
    }

    static let schema = Schema.named(
        "Software",
        .object([
            .field("name", .string), .field("version", .string), .field("type", .string),
            .field("architecture", .string.orNull), .field("source", .string.orNull), .field("vendor", .string.orNull),
            .field("install_date", .timestamp.orNull),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", software.name)
            writer.field("version", software.version)
            writer.field("type", software.type)
            writer.field("architecture", software.architecture)
            writer.field("source", software.source)
            writer.field("vendor", software.vendor)
            writer.field("install_date", software.installDate)
        }
    }
}
