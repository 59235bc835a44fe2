import Domain

extension PackageURL {
    /// The installed package this URL stands for; nil without a version, which cannot be compared.
    /// Names are written as the type's advisories write them: `group:artifact` for Maven,
    /// `@scope/name` for npm, the name alone for distribution packages.
    public var installedPackage: InstalledPackage? {
        guard let version else { return nil }
        var package = InstalledPackage(type: type, name: advisoryName, version: withEpoch(version))
        package.architecture = qualifiers["arch"]
        if Self.distributionTypes.contains(type) { applySource(to: &package) }
        return package
    }

    static let distributionTypes: Set<String> = ["deb", "rpm", "apk", "alpm"]

    private var advisoryName: String {
        guard let namespace, !Self.distributionTypes.contains(type) else { return name }
        return type == "maven" ? "\(namespace):\(name)" : "\(namespace)/\(name)"
    }

    /// The rpm type carries its epoch as a qualifier; some generators do so for deb.
    private func withEpoch(_ version: String) -> String {
        guard type == "rpm" || type == "deb", let epoch = qualifiers["epoch"], epoch != "0",
            epoch.allSatisfy({ $0.isASCII && $0.isNumber }), !version.contains(":")
        else { return version }
        return "\(epoch):\(version)"
    }

    /// The source package in the forms that generators use: `upstream=name@version` and
    /// `upstream=file.src.rpm` (Syft), `source=` with `sourceversion=`, `origin=` and `sourcerpm=`
    /// (OSV-SCALIBR).
    private func applySource(to package: inout InstalledPackage) {
        if let origin = qualifiers["origin"] ?? qualifiers["source"] {
            package.setSource(origin, version: qualifiers["sourceversion"])
        }
        guard let upstream = qualifiers["upstream"] ?? qualifiers["sourcerpm"] else { return }
        if let file = RPMFileName(upstream) {
            package.setSource(file.name, version: file.version(epochOf: package.version))
        } else {
            let parts = upstream.split(separator: "@", maxSplits: 1).map(String.init)
            package.setSource(parts.first ?? "", version: parts.count == 2 ? parts[1] : nil)
        }
    }
}

extension InstalledPackage {
    /// Sets the source package, leaving out what equals the binary's, as the fields are documented.
    package mutating func setSource(_ name: String, version: String?) {
        guard !name.isEmpty else { return }
        source = name == self.name ? nil : name
        sourceVersion = version == self.version || version?.isEmpty == true ? nil : version
    }
}

/// `name-version-release.arch.rpm`, as SOURCERPM has it.
package struct RPMFileName: Sendable, Hashable {
    package let name: String
    /// `version-release`, without epoch: the file's name does not carry it.
    package let versionRelease: String

    /// Nil unless `text` ends in `.rpm` and has a name, a version and a release.
    package init?(_ text: String) {
        guard text.hasSuffix(".rpm"), let dot = text.dropLast(4).lastIndex(of: "."),
            let release = text[..<dot].lastIndex(of: "-"),
            let version = text[..<release].lastIndex(of: "-"), version > text.startIndex,
            text.index(after: version) < release, text.index(after: release) < dot
        else { return nil }
        name = String(text[..<version])
        versionRelease = String(text[text.index(after: version)..<dot])
    }

    /// The source's version with the binary's epoch, which is the source's own in all but a few
    /// packages whose subpackages are versioned apart.
    package func version(epochOf binary: String) -> String {
        guard let colon = binary.firstIndex(of: ":") else { return versionRelease }
        return binary[...colon] + versionRelease
    }
}
