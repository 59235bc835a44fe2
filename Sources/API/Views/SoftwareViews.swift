import Domain
import FoundationEssentials
import Store

/// `GET /api/endpoints/{id}/software`: whole, since it is one machine's.
struct SoftwareList: JSONContent {
    let software: [InstalledSoftware]

    static let schema = Schema.array(of: SoftwareView.schema)

    func write(to writer: inout JSONWriter) { writer.array(software.map(SoftwareView.init)) }
}

/// An installed package.
struct SoftwareView: JSONContent {
    let software: InstalledSoftware

    init(_ software: InstalledSoftware) { self.software = software }

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
