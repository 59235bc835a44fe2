extension ConnectorKind {
    /// The addresses that a document of this kind has a connector ask; none of one that cannot be read.
    public func addresses(inDocument text: String) -> [String] {
        guard fields.contains(where: \.isDocument), let declaration = try? DeclarationReader.read(text) else {
            return []
        }
        var origins = [declaration.base]
        if case .clientCredentials(let origin, _, _) = declaration.auth { origins.append(origin) }
        return origins.compactMap { $0?.text }
    }
}
