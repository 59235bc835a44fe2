import Domain

/// apk-tools' list of installed packages (apk-package(5)'s index fields): paragraphs of one-letter fields.
package struct ApkInstalled: Sendable, Hashable {
    package var packages: [InstalledPackage] = []
    /// Paragraphs that lack a name or version, or hold impossible ones.
    package var unusable = 0

    /// Total, whatever the bytes. Most lines are those of packages' files, hundreds of thousands on a large
    /// system: only wanted ones become strings.
    package init(_ bytes: UnsafeRawBufferPointer, limits: DocumentLimits = .standard) {
        var fields: [UInt8: String] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let letter = line.first, letter != UInt8(ascii: "\r") else {
                end(&fields, limits)
                continue
            }
            guard Self.wanted.contains(letter), line.dropFirst().first == UInt8(ascii: ":") else { continue }
            fields[letter] = DocumentText.trimmed(String(decoding: line.dropFirst(2), as: UTF8.self))
        }
        end(&fields, limits)
    }

    private static let wanted = Set("PVAom".utf8)

    private mutating func end(_ fields: inout [UInt8: String], _ limits: DocumentLimits) {
        defer { fields.removeAll(keepingCapacity: true) }
        guard !fields.isEmpty else { return }
        guard packages.count < limits.packages, let package = Self.package(fields, limits) else { return unusable += 1 }
        // `apk add --virtual .deps` makes packages that hold nothing.
        if !package.name.hasPrefix(".") { packages.append(package) }
    }

    private static func package(_ fields: [UInt8: String], _ limits: DocumentLimits) -> InstalledPackage? {
        func field(_ letter: Unicode.Scalar) -> String? {
            fields[UInt8(ascii: letter)].flatMap { text in
                text.isEmpty || DocumentField.fault(text, limit: limits.identifierBytes) != nil ? nil : text
            }
        }
        guard let name = field("P"), let version = field("V") else { return nil }
        var package = InstalledPackage(type: "apk", name: name, version: version)
        package.architecture = field("A")
        package.setSource(field("o") ?? name, version: nil)
        package.vendor = field("m").map { DocumentText.trimmed($0.prefix { $0 != "<" }) }.flatMap {
            $0.isEmpty ? nil : $0
        }
        return package
    }
}
