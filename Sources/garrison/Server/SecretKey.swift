import FoundationEssentials
import Identity

/// The key that secrets are sealed under, opened when it is first needed and made when there is none: an installation
/// that keeps no secret needs no key.
struct SecretKey: Sendable {
    private let path: String

    init(_ configuration: Configuration) { path = configuration.secretKeyFile }

    /// - Throws: `IdentityError`, with what to do about the file.
    func box() throws -> SecretBox {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try SecretBox(keyFile: path)
    }
}
