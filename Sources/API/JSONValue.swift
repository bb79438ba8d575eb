/// The values of the wire are those of configuration and attributes; whoever imports this module has them too.
@_exported public import JSONValues
