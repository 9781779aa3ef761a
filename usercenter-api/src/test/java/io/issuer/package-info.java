/**
 * OpenID Connect servers as others run them, outside of the packages that our application scans.
 */
@NullMarked
package io.issuer;

import org.jspecify.annotations.NullMarked;
