import Domain
import Store

/// A file of a patch.
struct PatchFileView: JSONContent {
    let file: PatchFile

    init(_ file: PatchFile) { self.file = file }

    static let schema = Schema.named(
        "PatchFile",
        .object([
            .field("id", .uuid), .field("patch_id", .uuid), .field("name", .string), .field("sha256", .string),
            .field("bytes", .integer),
            .field("tool", .oneOf(["apt", "dnf", "apk"]), "What installs it, as its name says."),
            .field("package", .string), .field("version", .string), .field("architecture", .string.orNull),
            .field("companion", .boolean, "It goes along with the patch's packages, installed or not."),
            .field("uploaded_by", .string), .field("uploaded_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", file.id)
            writer.field("patch_id", file.patch)
            writer.field("name", file.name.text)
            writer.field("sha256", file.sha256)
            writer.field("bytes", Int(file.bytes))
            writer.field("tool", file.name.tool.rawValue)
            writer.field("package", file.name.package)
            writer.field("version", file.name.version)
            writer.field("architecture", file.name.architecture)
            writer.field("companion", file.isCompanion)
            writer.field("uploaded_by", file.uploadedBy)
            writer.field("uploaded_at", file.uploadedAt)
        }
    }
}
