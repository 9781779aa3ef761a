/** {@code ./uc demo}: plays the story of many players on a running user center and judges it. */
@NullMarked
package io.usercenter.cli.demo;

import org.jspecify.annotations.NullMarked;
