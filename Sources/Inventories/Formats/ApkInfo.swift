import Domain

/// Lines of `apk info -v` (`musl-1.2.4-r2`), `apk info -vv` (`musl-1.2.4-r2 - the musl c library`) and
/// `apk list -I` (`musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]`).
enum ApkInfo {
    /// apk's remarks on its repositories, and packages that hold nothing (`apk add --virtual .deps`).
    static func isIgnored(_ line: Substring) -> Bool { line.hasPrefix("WARNING:") || line.hasPrefix(".") }

    static func package(_ line: Substring) -> InstalledPackage? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard let text = fields.first, let revision = text.lastIndex(of: "-"),
            let dash = text[..<revision].lastIndex(of: "-"), dash > text.startIndex
        else { return nil }
        let number = text[text.index(after: dash)...]
        let release = text[text.index(after: revision)...]
        guard number.first?.isNumber == true, release.first == "r", release.count > 1,
            release.dropFirst().allSatisfy(\.isNumber)
        else { return nil }
        var package = InstalledPackage(type: "apk", name: String(text[..<dash]), version: String(number))
        guard fields.count > 2, fields[2].hasPrefix("{"), fields[2].hasSuffix("}") else { return package }
        package.architecture = String(fields[1])
        package.setSource(String(fields[2].dropFirst().dropLast()), version: nil)
        return package
    }
}
